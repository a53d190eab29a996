fx_version 'cerulean'
game 'gta5'
lua54 'yes'

dependency 'sonoran'

server_scripts {
  '@sonoran/sonoran.lua',
  'door_check.lua',
  'clock_in.lua',
  'ace_sync.lua'
}
