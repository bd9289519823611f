using KenshinOtp.Institutions;

namespace KenshinOtp.DemoBank.Bank.Profiles;

/// <summary>A credit union's private customers: one person a contract, tokens with a serial number.</summary>
internal static class ShinkinPersonal
{
    private static readonly BankContract Sato = new("P2000001", "佐藤 美咲", "010");
    private static readonly BankContract Ito = new("P2000002", "伊藤 健", "010");

    public static BankProfile Profile { get; } = new()
    {
        Slug = "personal",
        Code = "9002",
        Name = "みずうみ信用金庫 (デモ) 個人",
        Title = "みずうみ信用金庫",
        Channel = "個人インターネットバンキング",
        Kind = "しんきん個人",
        Summary = "スマートフォンのアプリやハードウェアトークンをシリアル番号で利用開始し、交換や利用中止までをご自身で試せます。",
        Preset = Presets.ShinkinPersonal,
        Settings = [new("unregisteredGraceDays", "0")], // nobody waits a month on a stage
        MailFrom = "otp@mizuumi-shinkin.example",
        HasRoles = false,
        Customers = [new(Sato, "sato", "佐藤 美咲", IsAdministrator: false), new(Ito, "ito", "伊藤 健", IsAdministrator: false)],
        Accounts =
        [
            new("P2000001", "普通預金", "2345678", 1_268_430),
            new("P2000001", "貯蓄預金", "2300456", 3_000_000),
            new("P2000002", "普通預金", "2765432", 742_180),
        ],
        OpeningLimit = 500_000,
        HardwareSerials = ["HWDM00000001", "HWDM00000002", "HWDM00000003"],
        Menu =
        [
            new("home", "~/", "ホーム"), new("transfer", "~/transfer", "振込"), new("limit", "~/limit", "限度額変更"), new("manage", "~/manage", "管理"),
        ],
        Guide =
        [
            new("login", "ログイン", "佐藤 美咲さんとして、デモ用の銀行に入ります。", _ => true),
            new("register", "利用開始", "トークンアプリを開くか、引き出しのハードウェアトークンを1つ選び、シリアル番号とパスワードを登録します。",
                story => story.User.NextStep is "none" || story.OwnTransfers.Any()),
            new("transfer", "振込", "振込の確認画面で、トークンに表示されているパスワードを入力します。", story => story.OwnTransfers.Any()),
            new("limit", "限度額変更", "振込の限度額を、パスワードを入力して変更します。", story => story.LimitChanged),
            new("exchange", "交換", "「管理」で別のトークンに交換します。今のトークンと新しいトークンの両方を使います。",
                story => story.HasAnotherTokenThanBefore),
            new("discontinue", "利用中止", "「管理」で、トークンの利用をやめます。1時間以内に、振込の限度額が下がったというお知らせがホームに出ます。", story => story.User.Token is null && story.OwnTransfers.Any()),
        ],
        English =
        [
            "Log in (ログイン) as 佐藤 美咲.",
            "Get a token: open the token app (トークンアプリ), or take a hardware token from the drawer (ハードウェアトークン); register its serial number and a password (利用開始).",
            "Make a transfer (振込) with the next password.",
            "Change the transfer limit (限度額変更).",
            "Exchange the token for another one (管理 → 交換).",
            "End the use of the token (管理 → 利用中止).",
        ],
    };
}
