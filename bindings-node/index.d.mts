export * from "./index.js";
import * as Sonoran from "./index.js";
export default Sonoran;
