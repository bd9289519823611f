namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The line of steps above multi-step work.</summary>
/// <param name="Now">The step that is being done, from 1; one past the last when all is done.</param>
/// <param name="Texts">The steps' names.</param>
internal sealed record StepLine(int Now, params string[] Texts)
{
    private static readonly string[] Begin = ["Steps_Issue", "Steps_Setup", "Steps_Confirm"];
    private static readonly string[] End = ["Steps_Revoke", "Steps_Result"];

    private static readonly string[] Enter = ["Steps_Register", "Steps_Result"];
    private static readonly string[] Swap = ["Steps_Current", "Steps_New", "Steps_Result"];
    private static readonly string[] Leave = ["Steps_Discontinue", "Steps_Result"];
    private static readonly string[] Shape = ["Steps_Mode", "Steps_Check", "Steps_Result"];
    private static readonly string[] Check = ["Steps_Check", "Steps_Result"];
    private static readonly string[] Adjust = ["Steps_Resync", "Steps_Result"];

    /// <summary>トークン発行 → アプリの初期設定 → 認証確認</summary>
    public static StepLine Beginning(int now) => new(now, Begin);

    /// <summary>失効の確認 → 結果</summary>
    public static StepLine Ending(int now) => new(now, End);

    /// <summary>利用開始 → 結果</summary>
    public static StepLine Registering(int now) => new(now, Enter);

    /// <summary>現パスワードの認証 → 新トークンの登録 → 結果</summary>
    public static StepLine Exchanging(int now) => new(now, Swap);

    /// <summary>利用中止 → 結果</summary>
    public static StepLine Discontinuing(int now) => new(now, Leave);

    /// <summary>利用形態の選択 → 確認 → 結果</summary>
    public static StepLine ChangingMode(int now) => new(now, Shape);

    /// <summary>確認 → 結果</summary>
    public static StepLine Hindering(int now) => new(now, Check);

    /// <summary>パスワードの入力 → 結果</summary>
    public static StepLine Resynchronizing(int now) => new(now, Adjust);
}
