import api = require("./lib/commonjs.js");
export = api;
