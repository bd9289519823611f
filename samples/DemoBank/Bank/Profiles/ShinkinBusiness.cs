using KenshinOtp.Institutions;

namespace KenshinOtp.DemoBank.Bank.Profiles;

/// <summary>A credit union's business customers: an administrator acts for the colleagues.</summary>
internal static class ShinkinBusiness
{
    private static readonly BankContract Mill = new("B3000001", "株式会社 水鏡製作所", "020");

    public static BankProfile Profile { get; } = new()
    {
        Slug = "business",
        Code = "9003",
        Name = "みずうみ信用金庫 (デモ) 法人",
        Title = "みずうみ信用金庫",
        Channel = "法人インターネットバンキング",
        Kind = "しんきん法人",
        Summary = "管理者が社員のトークンを登録・停止し、利用形態を決め、電子証明書の取得にもパスワードを使う会社を試せます。",
        Preset = Presets.ShinkinBusiness,
        MailFrom = "otp-b@mizuumi-shinkin.example",
        Customers =
        [
            new(Mill, "nakamura", "中村 由紀", IsAdministrator: true),
            new(Mill, "kobayashi", "小林 大輔", IsAdministrator: false),
            new(Mill, "kato", "加藤 真理", IsAdministrator: false),
        ],
        Accounts = [new("B3000001", "当座預金", "3012345", 24_650_000), new("B3000001", "普通預金", "3456789", 6_310_720)],
        HardwareSerials = ["HWDM00000011", "HWDM00000012", "HWDM00000013"],
        Menu =
        [
            new("home", "~/", "ホーム"), new("transfer", "~/transfer", "振込"), new("certificate", "~/certificate", "電子証明書"), new("manage", "~/manage", "管理"),
        ],
        Guide =
        [
            new("login", "ログイン", "管理者の中村 由紀さんとして、デモ用の銀行に入ります。", _ => true),
            new("register", "管理者の利用開始", "トークンアプリか引き出しのハードウェアトークンを、シリアル番号とパスワードで登録します。",
                story => story.User.NextStep is "none"),
            new("colleague", "社員の利用開始", "「管理」の利用者一覧で、社員に別のトークンを登録します。",
                story => story.Contract.Users.Any(user => user.UserId != story.User.UserId && user.Token is not null)),
            new("transfer", "振込", "振込の確認画面で、トークンに表示されているパスワードを入力します。", story => story.OwnTransfers.Any()),
            new("certificate", "電子証明書", "電子証明書の取得にも、パスワードを入力します。", story => story.HasCertificate),
            new("mode", "利用形態の変更", "「管理」の利用形態設定で、全員が同じトークンを使うように変えます。", story => story.Contract.TokenMode != "individual"),
        ],
        English =
        [
            "Log in (ログイン) as 中村 由紀, the administrator.",
            "Register a token (利用開始): one of the token app, or a hardware token from the drawer (ハードウェアトークン).",
            "Register another one for a colleague (管理 → 利用者一覧 → 利用開始).",
            "Make a transfer (振込) with the next password.",
            "Get a client certificate (電子証明書), which takes a password too.",
            "Let all users share one token (管理 → 利用形態設定); suspend a colleague's token, or lift that.",
        ],
    };
}
