/** The method that Node's `console.log` asks for how an object prints itself; elsewhere nobody calls it. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom');
