/**
 * The state file: everything that survives the process, in one SQLite database that several processes share.
 *
 * <p>In come images that were downloaded or failed, API requests and finished polls; out come whether an image is known
 * or has to wait, and readable lists. Files of version 0.1.0 are imported.
 */
package imgurcaravan.state;
