-- AlterTable
ALTER TABLE "Assignment" ADD COLUMN     "revokeAnswer" JSONB,
ADD COLUMN     "revokeIntentId" TEXT;

-- AlterTable
ALTER TABLE "Receipt" ADD COLUMN     "contentHash" TEXT,
ADD COLUMN     "hash" TEXT,
ADD COLUMN     "isUnverified" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lateSeconds" DOUBLE PRECISION,
ADD COLUMN     "number" INTEGER,
ADD COLUMN     "previousHash" TEXT;

-- CreateTable
CREATE TABLE "ReceiptChain" (
    "organizationId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "previousHash" TEXT NOT NULL,

    CONSTRAINT "ReceiptChain_pkey" PRIMARY KEY ("organizationId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Receipt_organizationId_number_key" ON "Receipt"("organizationId", "number");
