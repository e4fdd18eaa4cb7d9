"""The world's wire side: one file per protocol; what differs between vendors of one protocol is data."""
