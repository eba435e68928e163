package io.holdfast.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down outcomes in the order in which they come. */
public final class Outcomes {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    public List<String> heard() {
        return List.copyOf(heard);
    }

    public Outcome named(String name) {
        return new Outcome() {
            @Override
            public void committed() {
                heard.add(name + " committed");
            }

            @Override
            public void failed(StoreException why) {
                heard.add(name + " failed: " + why.getMessage());
            }
        };
    }
}
