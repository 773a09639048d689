/**
 * The way of one image from its message on the queue to its file.
 *
 * <p>In come JSON messages and the bodies that servers send for their URLs; out go files that are whole. Nothing is
 * believed: not the message, not the URL, not the headers, not the extension.
 */
package imgurcaravan.image;
