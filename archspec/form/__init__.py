"""The notation `[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX`: parsed, expanded, printed and checked."""
