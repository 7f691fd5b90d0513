/** Stands in for a module that the platform does not need. */
export default {};
