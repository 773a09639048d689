/**
 * The content of the stand-in Imgur that the demo profile runs: a few pictures, in posts as Imgur's API lists them.
 *
 * <p>In come a number of posts and the requests that {@code routes/demo} handles; out go JSON texts and image files.
 * Those routes do the HTTP, and nothing here is loaded outside the demo profile.
 */
package imgurcaravan.demo;
