using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Xunit;

namespace Sonoran.Tests;

/// <summary>An event that was answered with 204 is handled before its process ends.</summary>
public sealed class ShutdownTests
{
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_signal_waits_for_the_handler_and_for_what_is_queued()
    {
        using var process = Start(Recipe.UntilStopped);
        var url = await Listening(process);
        await Send(url, "a");
        await Send(url, "b");
        await Line(process, "begun a");
        Assert.Equal(0, Kill(process.Id, Terminate));
        await Line(process, "handled a");
        await Line(process, "handled b");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_waits_too()
    {
        using var process = Start(Recipe.UntilHandling);
        await Send(await Listening(process), "a");
        await Line(process, "handled a");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private static Process Start(string argument)
    {
        var program = Environment.ProcessPath!;
        string[] arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ShutdownTests).Assembly.Location, argument] : [argument];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Logging__Console__FormatterName"] = "simple";
        return Process.Start(start)!;
    }

    private static async Task<Uri> Listening(Process process)
    {
        const string Said = "Now listening on: ";
        var line = await Line(process, Said);
        return new Uri(new Uri(line[(line.IndexOf(Said, StringComparison.Ordinal) + Said.Length)..].Trim()), "/sonorancms/events");
    }

    /// <summary>Waits for a line with this text.</summary>
    private static async Task<string> Line(Process process, string text)
    {
        using var time = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(time.Token) is { } line)
        {
            if (line.Contains(text))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"the process ended without \"{text}\"");
    }

    private static async Task Send(Uri url, string accountId)
    {
        using var client = new HttpClient();
        using var body = new StringContent(DocumentedEvent.WithKey(DocumentedEvent.Key, "ACCOUNT_KICKED", $$"""{"accountId":"{{accountId}}"}"""));
        var answer = await client.PostAsync(url, body);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
