//! What a support agent is asked on the phone, and how many clicks it takes until the cause stands there in words:
//! three at most, from the search box or the dashboard. Each situation is made by programs that call the hub.

mod arrival;
mod desk;
mod order;
mod people;
