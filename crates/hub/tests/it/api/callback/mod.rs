mod events;
mod subscribe;
