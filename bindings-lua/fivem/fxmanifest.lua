fx_version 'cerulean'
games { 'gta5', 'rdr3' }
lua54 'yes'

name 'sonoran'
author 'The Sonoran SDK maintainers'
description 'Client of the Sonoran CMS API, over a sonoran-gateway.'

server_only 'yes'

server_scripts {
  'sonoran.lua',
  'exports.lua'
}
