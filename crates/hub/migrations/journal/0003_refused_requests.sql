-- orders that apps tried to place and that were refused, newest first: few rows among very many
CREATE INDEX requests_refused ON requests (account_id, at, id)
    WHERE status >= 400 AND method = 'POST' AND resource = 'order';
