using System.Text;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That a mail is read as a handset reads it, whichever way it was encoded.</summary>
public sealed class ReceivedMailTests
{
    [Theory]
    [InlineData("Subject: =?ISO-2022-JP?B?GyRCJCpDTiRpJDsbKEI=?=")]
    [InlineData("Subject: =?UTF-8?B?44GK55+l44KJ44Gb?=")]
    [InlineData("Subject: =?utf-8?Q?=E3=81=8A=E7=9F=A5?=\n =?utf-8?Q?=E3=82=89=E3=81=9B?=")]
    public void A_subject_is_read_in_each_encoding(string header) =>
        Parse($"{header}\n\nx\n").Subject.ShouldBe("お知らせ");

    [Theory]
    [InlineData("7bit", "iso-2022-jp", "\u001b$B$*CN$i$;\u001b(B\n")]
    [InlineData("base64", "utf-8", "44GK55+l\n44KJ44GbCg==\n")]
    [InlineData("quoted-printable", "\"utf-8\"", "=E3=81=8A=E7=9F=A5=\n=E3=82=89=E3=81=9B\n")]
    [InlineData("8bit", "utf-8", "\u00e3\u0081\u008a\u00e7\u009f\u00a5\u00e3\u0082\u0089\u00e3\u0081\u009b\n")]
    public void A_body_is_read_in_each_encoding(string encoding, string charset, string body) =>
        Parse($"Content-Type: text/plain;\n charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n{body}")
            .Body.ShouldBe("お知らせ\n");

    [Fact]
    public void The_first_part_of_a_mail_in_parts_is_its_body() =>
        Parse("""
            Content-Type: multipart/alternative; boundary="b1"

            --b1
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: base64

            44GK55+l44KJ44Gb
            --b1
            Content-Type: text/html

            <p>x</p>
            --b1--
            """).Body.ShouldBe("お知らせ");

    private static ReceivedMail Parse(string latin1) => ReceivedMail.Parse(Encoding.Latin1.GetBytes(latin1));
}
