mod office;
