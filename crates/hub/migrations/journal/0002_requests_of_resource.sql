-- the logs of an account, resource by resource, newest first
CREATE INDEX requests_of_resource ON requests (account_id, resource, at, id);
