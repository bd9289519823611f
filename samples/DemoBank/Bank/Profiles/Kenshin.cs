using System.Globalization;
using KenshinOtp.Institutions;
using KenshinOtp.Staff;

namespace KenshinOtp.DemoBank.Bank.Profiles;

/// <summary>A credit co-operative: tokens come by mail.</summary>
internal static class Kenshin
{
    public const int ReissueCooldownMinutes = 1;

    private static readonly BankContract Shop = new("S1000001", "有限会社 湖畔商店", "001");
    private static readonly BankContract Works = new("S1000002", "株式会社 北浜工業", Branch: null);

    public static BankProfile Profile { get; } = new()
    {
        Slug = "kenshin",
        Code = "9001",
        Name = "みずうみ信用組合 (デモ)",
        Title = "みずうみ信用組合",
        Channel = "ビジネスバンキング",
        Kind = "けんしん",
        Summary = "メールでトークンを発行し、初期設定から振込、機種変更のときの失効までを試せます。",
        Preset = Presets.Kenshin,
        Settings = [new("reissueCooldownMinutes", ReissueCooldownMinutes.ToString(CultureInfo.InvariantCulture))],
        MailFrom = "otp@mizuumi-kenshin.example",
        Customers =
        [
            new(Shop, "yamada", "山田 花子", IsAdministrator: true),
            new(Shop, "suzuki", "鈴木 一郎", IsAdministrator: false),
            new(Works, "tanaka", "田中 次郎", IsAdministrator: true),
        ],
        Staff =
        [
            new("teller", "湖野 みどり", StaffRole.Teller, "窓口", "001"),
            new("approver", "岸本 正", StaffRole.Approver, "役席", "001"),
            new("headoffice", "本田 律子", StaffRole.HeadOffice, "本部", Branch: null),
        ],
        Accounts =
        [
            new("S1000001", "普通預金", "1234567", 3_482_910),
            new("S1000001", "当座預金", "0012345", 12_800_000),
            new("S1000002", "普通預金", "7654321", 8_120_400),
        ],
        Menu = [new("home", "~/", "ホーム"), new("transfer", "~/transfer", "振込"), new("manage", "~/manage", "管理")],
        Guide =
        [
            new("login", "ログイン", "山田 花子さんとして、デモ用の銀行に入ります。", _ => true),
            new("issue", "トークン発行", "携帯メールアドレス（何でもかまいません）と、利用開始パスワードを決めます。",
                story => story.User.NextStep is "activate" or "confirm" or "none"),
            new("activate", "初期設定", "メールボックスに届いたURLを開き、サービスID・ユーザID・利用開始パスワードを入力します。",
                story => story.User.NextStep is "confirm" or "none"),
            new("confirm", "認証確認", "トークンアプリに表示されたパスワードを、銀行の画面に入力します。", story => story.User.NextStep is "none"),
            new("transfer", "振込", "振込の確認画面で、そのとき表示されているパスワードを入力します。", story => story.OwnTransfers.Any()),
            new("replace", "機種変更", "「管理」のトークン管理で失効させ、ホームからもう一度発行します。",
                story => story.User.Token is { Status: "revoked" } || story.HasAnotherTokenThanBefore),
        ],
        English =
        [
            "Log in (ログイン) as 山田 花子.",
            "Issue a token (トークン発行): any mail address, and a PIN of 4 to 8 digits.",
            "Open the link in the mailbox (メールボックス) and set up the token app with service ID S1000001, user ID yamada and your PIN.",
            "Type the password that the app shows (認証確認).",
            "Make a transfer (振込) with the next password.",
            "New phone: revoke the token (管理 → トークン管理 → 失効), and issue again after one minute.",
        ],
    };
}
