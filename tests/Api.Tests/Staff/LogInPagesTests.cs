using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The log-in of staff over HTTP: where it leads, and what it tells whom.</summary>
public sealed partial class LogInPagesTests : StaffTest
{
    [Theory]
    [InlineData("//evil.example/staff")]
    [InlineData("https://evil.example/staff/")]
    [InlineData("/\\evil.example")]
    [InlineData("/staff/../portal/manage")]
    [InlineData("/staff/../portal/manage?q=a")]
    [InlineData("/staff/%2e%2E/portal/manage")]
    [InlineData("/staff/.%2e/portal/manage")]
    [InlineData("/staff/%5cevil.example")]
    [InlineData("/staff/%2f/evil.example")]
    [InlineData("/staff/search%0d%0aSet-Cookie:a=b")]
    [InlineData("/staff?q=\\evil.example")]
    [InlineData("/staff/search?q=a\r\nb")]
    [InlineData("/staff//evil.example")]
    [InlineData("/staffing")]
    [InlineData("javascript:alert(1)")]
    public async Task The_log_in_leads_nowhere_else(string returnUrl)
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);

        (await screen.LogIn(clerk, returnUrl)).Headers.Location!.OriginalString.ShouldBe("/staff");
        (await screen.Get($"/staff/language?to=en&back={Uri.EscapeDataString(returnUrl)}")).Headers.Location!.OriginalString.ShouldBe("/staff");
    }

    [Theory]
    [InlineData("/staff/search?q=%E6%B9%96")]
    [InlineData("/staff/search?q=taro..t.@docomo.ne.jp")] // as such addresses are
    [InlineData("/staff/contracts/S1000001?q=..")]
    public async Task The_log_in_leads_to_the_page_that_was_asked_for(string returnUrl)
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);

        (await screen.LogIn(clerk, returnUrl)).Headers.Location!.OriginalString.ShouldBe(returnUrl);
    }

    [Fact]
    public async Task A_refused_log_in_tells_nothing_but_that_the_fifth_wrong_password_makes_one_wait()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);

        var wrong = await Refused(screen, "9001", "sato", "wrong");
        (await Refused(screen, "9001", "nobody", "wrong")).ShouldBe(wrong);
        (await Refused(screen, "9999", "sato", Clerk.Password)).ShouldBe(wrong);
        for (var i = 0; i < 4; i++)
            (await Refused(screen, "9001", "sato", "wrong")).ShouldBe(wrong);
        (await Refused(screen, clerk.Institution, clerk.Login, Clerk.Password)).ShouldBe(wrong); // too early
        wrong.ShouldContain("<span>ログインできませんでした。</span></p><p>3つの入力を");
        wrong.ShouldContain("正しいパスワードでも5分間はログインできません。5分待ってから入力してください。");

        Centre.Clock.Advance(SignIn.Pause);
        (await screen.Begin(clerk)).Headers.Location!.OriginalString.ShouldBe("/staff/otp");
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_cut_between_its_characters()
    {
        await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);

        var page = await Sent(screen, "/staff/login", ("Institution", "9001"), ("Login", new string('a', 79) + "😀"), ("Password", "wrong"));

        page.ShouldContain($"value=\"{new string('a', 79)}\"");
    }

    [Fact]
    public async Task What_a_log_in_lacks_is_told_at_its_field_and_is_no_wrong_password()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);

        var nothing = await Sent(screen, "/staff/login", ("Institution", ""), ("Login", ""), ("Password", ""));
        foreach (var (field, sentence) in new[] { ("Institution", "金融機関コードを入力してください。"), ("Login", "ログインIDを入力してください。"), ("Password", "パスワードを入力してください。") })
        {
            nothing.ShouldContain($"<li><a href=\"#{field}\">{sentence}</a></li>");
            nothing.ShouldContain($"id=\"{field}-error\"");
        }

        nothing.ShouldNotContain("ログインできませんでした");
        for (var i = 0; i < SignIn.PauseAfter; i++)
            (await Sent(screen, "/staff/login", ("Institution", "9001"), ("Login", "sato"), ("Password", ""))).ShouldContain("value=\"sato\"");
        (await screen.Begin(clerk)).Headers.Location!.OriginalString.ShouldBe("/staff/otp");
    }

    [Fact]
    public async Task The_first_password_is_called_what_it_is_and_the_second_writing_of_the_new_one_is_asked_for()
    {
        var added = await Centre.Services.GetRequiredService<StaffAccounts>().Add(new("9001", "sato", "佐藤", "001", StaffRole.Teller, Password: null), CancellationToken.None);
        using var screen = new StaffScreen(Centre);
        await screen.Send("/staff/login", "/staff/login", ("Institution", "9001"), ("Login", "sato"), ("Password", added.Value!.Password));

        var nothing = await Sent(screen, "/staff/password", ("Current", ""), ("New", ""), ("Again", ""));
        var sentences = SummaryLine().Matches(nothing).Select(match => match.Groups["field"].Value).ToList();
        var wrong = await Sent(screen, "/staff/password", ("Current", "x"), ("New", Clerk.Password), ("Again", Clerk.Password));

        sentences.ShouldBe(["Current", "New", "Again"]);
        nothing.ShouldContain("渡されたパスワードを入力してください。");
        nothing.ShouldContain("確認のため、新しいパスワードと同じものを入力してください。");
        wrong.ShouldContain("渡されたパスワードと一致しません。");
        (nothing + wrong).ShouldNotContain("現在のパスワード");
    }

    [Fact]
    public async Task What_a_new_password_must_be_is_told_at_its_field_as_it_is_judged()
    {
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "a", StaffRole.Teller));

        var page = await screen.Read("/staff/password");
        var weak = await Sent(screen, "/staff/password", ("Current", Clerk.Password), ("New", "abcdabcdabcd"), ("Again", "abcdabcdabcd"));
        var changed = await screen.Send("/staff/password", "/staff/password", ("Current", Clerk.Password), ("New", "correct-horse-battery"), ("Again", "correct-horse-battery"));

        page.ShouldContain("異なる文字を5種類以上使ってください。4文字以上のログインIDは、パスワードに含められません。");
        weak.ShouldContain("新しいパスワードは10文字以上128文字まで、異なる文字を5種類以上使い、今までと違うものにしてください。4文字以上のログインIDは含められません。");
        changed.Headers.Location!.OriginalString.ShouldBe("/staff/password?done=1");
    }

    [Fact]
    public async Task A_form_for_a_new_password_that_was_sent_twice_changes_it_once_and_counts_as_no_wrong_password()
    {
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));
        var token = WebUtility.HtmlDecode(Antiforgery().Match(await screen.Read("/staff/password")).Groups["token"].Value);
        (string, string)[] form = [("Current", Clerk.Password), ("New", "correct-horse-battery"), ("Again", "correct-horse-battery"), ("__RequestVerificationToken", token)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => screen.Post("/staff/password", form)));

        answers.Select(answer => answer.Headers.Location?.OriginalString).Order(StringComparer.Ordinal)
            .ShouldBe(["/staff/login", "/staff/login", "/staff/login", "/staff/password?done=1"]);
        new AuditTrail(Centre).Ask("select failures from staff where login = 'sato'").ShouldBe("0");
        var actions = await Audit.Actions(Centre);
        actions.Count(action => action == "staff.passwordChanged").ShouldBe(2); // the first one was of the first log-in
        actions.ShouldNotContain("staff.signInRefused");
    }

    private static async Task<string> Sent(StaffScreen screen, string page, params (string Name, string Value)[] fields)
    {
        var answer = await screen.Send(page, page, fields);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> Refused(StaffScreen screen, string institution, string login, string password)
    {
        var answer = await screen.Send("/staff/login", "/staff/login", ("Institution", institution), ("Login", login), ("Password", password));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await answer.Content.ReadAsStringAsync();
        html.ShouldNotContain(password);
        return Neutral(html.Replace($"value=\"{institution}\"", "", StringComparison.Ordinal).Replace($"value=\"{login}\"", "", StringComparison.Ordinal));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Antiforgery();

    [GeneratedRegex("<li><a href=\"#(?<field>[A-Za-z]+)\">", RegexOptions.None, 5000)]
    private static partial Regex SummaryLine();
}
