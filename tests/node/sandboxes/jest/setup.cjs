process.env.SONORAN_CMS_API_URL = process.env.EMULATOR_URL;
