namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The line of steps above multi-step work.</summary>
/// <param name="Now">The step that is being done, from 1; one past the last when all is done.</param>
/// <param name="Texts">The steps' names.</param>
internal sealed record StepLine(int Now, params string[] Texts)
{
    private static readonly string[] Begin = ["Steps_Issue", "Steps_Setup", "Steps_Confirm"];
    private static readonly string[] End = ["Steps_Revoke", "Steps_Result"];

    /// <summary>トークン発行 → アプリの初期設定 → 認証確認</summary>
    public static StepLine Beginning(int now) => new(now, Begin);

    /// <summary>失効の確認 → 結果</summary>
    public static StepLine Ending(int now) => new(now, End);
}

/// <summary>A field for a one-time password.</summary>
/// <param name="Why">What it is for, or what helps.</param>
/// <param name="Digits">How many digits it takes.</param>
/// <param name="Fault">What is to be mended, or null.</param>
internal sealed record OtpField(string Why, int Digits, string? Fault)
{
    public const string Name = "Otp";
}

/// <summary>The sentence at a field that says what to do; nothing without one.</summary>
internal sealed record FieldFault(string Field, string? Text);

/// <summary>受付番号 and 受付時刻.</summary>
internal sealed record ReceiptSlip(KenshinOtp.Receipts.StoredReceipt Receipt, bool Big);
