"""Plain, frozen data of the product: no I/O, no clock, nothing imported from above."""
