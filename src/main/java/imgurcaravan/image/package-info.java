/**
 * The download of one image, from its message on the queue to its file.
 *
 * <p>In come JSON messages and the bodies that servers send for their URLs; out go whole files. Nothing is trusted: not
 * the message, the URL, the headers or the extension.
 */
package imgurcaravan.image;
