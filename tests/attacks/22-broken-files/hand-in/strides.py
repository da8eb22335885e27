def storage_index(tensor, index):
    return (
