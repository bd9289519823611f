using KenshinOtp.Receipts;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>受付番号 and 受付時刻.</summary>
internal sealed record ReceiptSlip(StoredReceipt Receipt, bool Big);
