//! Bad input against customer lists, customers and loyalty cards, with the exact answers.
