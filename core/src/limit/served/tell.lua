-- Tells of requests alone, or of nothing but who went on alone.
settle_from(3)
-- When somebody came last need not be known to the moment.
if changed or keep > lasts or now - seen > 1000000 then
  write()
end
return {1}
