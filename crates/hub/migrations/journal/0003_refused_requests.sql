-- what an account's apps were refused, newest first: few rows among very many
CREATE INDEX requests_refused ON requests (account_id, resource, at, id) WHERE status >= 400;
