/**
 * The state file: all that outlasts the process, in one SQLite database that several processes share.
 *
 * <p>In come images that were downloaded or failed, API requests and finished polls; out come answers to whether an
 * image is known or postponed, and lists for people. Files of version 0.1.0 are imported.
 */
package imgurcaravan.state;
