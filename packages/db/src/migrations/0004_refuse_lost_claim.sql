-- Makes the statement that ends a run fail when it ended none, so that it needs no answer before the commit.
create function refuse_lost_claim() returns void language plpgsql as $$
begin
  raise exception using errcode = 'DP001', message = 'the run is not claimed by this worker any more';
end
$$;
