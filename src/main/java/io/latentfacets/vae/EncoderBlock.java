/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder up to the posterior mean, as a DJL block. Inputs: words, sparse {@code [n][V]}, and, where the model
 * takes vectors, {@code [n][vectorDims + 1]}. Output: means, dense {@code [n][d]}.
 */
final class EncoderBlock extends AbstractBlock {

    private record Layer(Parameter weights, Parameter bias) {}

    private final List<Layer> layers = new ArrayList<>();
    private final Parameter vectors;
    private final int dims;

    /**
     * @param dense the layers in order, with a ReLU between consecutive ones; their arrays are copied to
     *     {@code manager}
     * @param vectorRows the matrix that multiplies rows of vectors, row-major {@code [vectorDims + 1][width]}; the
     *     product adds to the first layer's output; {@code null} for none
     * @param manager the owner of the engine arrays
     */
    EncoderBlock(List<Dense> dense, float[] vectorRows, NDManager manager) {
        this.dims = dense.get(dense.size() - 1).out();
        for (int i = 0; i < dense.size(); i++) {
            Dense layer = dense.get(i);
            NDArray weights = manager.create(layer.weights(), new Shape(layer.in(), layer.out()));
            NDArray bias = manager.create(layer.bias(), new Shape(layer.out()));
            layers.add(new Layer(
                    parameter("weight" + i, Parameter.Type.WEIGHT, weights),
                    parameter("bias" + i, Parameter.Type.BIAS, bias)));
        }
        int width = dense.get(0).out();
        this.vectors = vectorRows == null
                ? null
                : parameter(
                        "vectors",
                        Parameter.Type.WEIGHT,
                        manager.create(vectorRows, new Shape(vectorRows.length / width, width)));
    }

    private Parameter parameter(String name, Parameter.Type type, NDArray value) {
        Parameter parameter =
                addParameter(Parameter.builder().setName(name).setType(type).build());
        parameter.setArray(value);
        return parameter;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
        NDArray x = inputs.get(0);
        boolean first = true;
        for (Layer layer : layers) {
            NDArray weights = store.getValue(layer.weights, x.getDevice(), training);
            NDArray bias = store.getValue(layer.bias, x.getDevice(), training);
            x = (first ? x : x.getNDArrayInternal().relu()).matMul(weights).add(bias);
            if (first && vectors != null) {
                x = x.add(inputs.get(1).matMul(store.getValue(vectors, x.getDevice(), training)));
            }
            first = false;
        }
        return new NDList(x);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), dims)};
    }
}
