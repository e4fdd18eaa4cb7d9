"""The models of a small deck: a paid and a free one of a cloud, one at home."""

from fakes import free_model, local_model, make_model

PAID = make_model("cloud/paid", price=("1", "2"))
FREE = free_model("cloud/gratis:free")
HOME = local_model("home/llama:8b")
