/**
 * The door into a Camel context: our beans by name, each unless the host has bound one of that name, and our routes as far
 * as this process has a part in them.
 *
 * <p>In come a Camel context and its settings; out go the beans that the routes name. Nothing happens in a context without
 * our routes.
 */
package imgurcaravan.context;
