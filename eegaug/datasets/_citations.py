"""Description, licence and citation of public recordings."""

__all__ = ["CHB_MIT_DESCR", "HELSINKI_DESCR", "SIENA_DESCR"]

CHB_MIT_DESCR = """\
CHB-MIT Scalp EEG Database: 24 cases of 23 children and young people with intractable seizures,
Boston Children's Hospital, 256 Hz, bipolar channels that differ between files. Cases chb01 and
chb21 are one patient, and `groups` names them alike.

Licence: Open Data Commons Attribution License v1.0. Its page has the last word:
https://physionet.org/content/chbmit/1.0.0/.
Cite: J. Guttag, "CHB-MIT Scalp EEG Database (version 1.0.0)", PhysioNet, 2010,
doi:10.13026/C2K01R; A. H. Shoeb, "Application of Machine Learning to Epileptic Seizure Onset
Detection and Treatment", PhD thesis, MIT, 2009; A. Goldberger et al., "PhysioBank, PhysioToolkit,
and PhysioNet", Circulation 101 (23), e215-e220, 2000.
"""
SIENA_DESCR = """\
Siena Scalp EEG Database: 14 adults with epilepsy, University of Siena, 512 Hz, channels against a
reference, and other signals beside EEG. Times of seizures are clock times of the lists; known
misprints of names and of one time are corrected.

Licence: Creative Commons Attribution 4.0. Its page has the last word:
https://physionet.org/content/siena-scalp-eeg/1.0.0/.
Cite: P. Detti, "Siena Scalp EEG Database (version 1.0.0)", PhysioNet, 2020,
doi:10.13026/5d4a-j060; P. Detti, G. Vatti, G. Zabalo Manrique de Lara, "EEG Synchronization
Analysis for Seizure Prediction", Processes 8 (7), 846, 2020, doi:10.3390/pr8070846; A. Goldberger
et al., "PhysioBank, PhysioToolkit, and PhysioNet", Circulation 101 (23), e215-e220, 2000.
"""
HELSINKI_DESCR = """\
Neonatal EEG of the Helsinki University Hospital: 79 term infants, a recording each, 256 Hz, 19
electrodes. Three experts annotated each second; seizures here are those that `agreement` of
them saw.

Licence: Creative Commons Attribution 4.0. Its page has the last word:
https://zenodo.org/records/4940267.
Cite: N. J. Stevenson, K. Tapani, L. Lauronen, S. Vanhatalo, "A dataset of neonatal EEG recordings
with seizure annotations", Scientific Data 6, 190039, 2019, doi:10.1038/sdata.2019.39.
"""
