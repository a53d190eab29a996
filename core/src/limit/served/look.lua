-- All there is of a window, changed in nothing.
return {
  redis.call('TIME'),
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('GET', KEYS[2]),
}
