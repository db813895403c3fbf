mod find;
mod update;
