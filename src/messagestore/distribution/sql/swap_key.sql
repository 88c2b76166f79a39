-- Makes the key that was built the primary one of a partition; in one transaction with its fellows.
ALTER TABLE :"partition" ADD CONSTRAINT :"key" PRIMARY KEY USING INDEX :"index";
