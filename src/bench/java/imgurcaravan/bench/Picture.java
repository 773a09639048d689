package imgurcaravan.bench;

import imgurcaravan.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An image in memory. */
record Picture(String mime, String extension, byte[] bytes) {

    /** This many images, JPEG and PNG, always the same ones. */
    static List<Picture> some(int count, int minBytes, int maxBytes) {
        Random random = new Random(5);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = minBytes + random.nextInt(maxBytes - minBytes + 1);
            boolean png = i % 3 == 0;
            String mime = png ? "image/png" : "image/jpeg";
            pictures.add(new Picture(mime, png ? "png" : "jpg", Samples.of(mime, i, size)));
        }
        return List.copyOf(pictures);
    }
}
