from hypothesis import settings

settings.register_profile("thorough", max_examples=5000)
