"""Measurements that hold the app to its promises; run by hand and in CI, never as tests."""
