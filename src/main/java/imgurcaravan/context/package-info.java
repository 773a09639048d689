/**
 * The door into a Camel context: our beans by name, each unless the host has bound one of that name, and those of our
 * routes that this process needs.
 *
 * <p>In come a Camel context and its settings; out go the beans that the routes name. Nothing happens in a context
 * without our routes.
 */
package imgurcaravan.context;
