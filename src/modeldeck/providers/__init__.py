"""The world's wire side: one folder per protocol; what differs between vendors of one protocol is data."""
