using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Sonoran.DependencyInjection;

/// <summary>Which options a client can't be made with: not the first one alone, as the client itself says.</summary>
internal static class RefusedOptions
{
    private static readonly PropertyInfo[] All = typeof(SonoranClientOptions).GetProperties();

    /// <summary>Each that is wrong, with the words of who knows options best.</summary>
    internal static List<(string Name, string Words)> Of(SonoranClientOptions options)
    {
        var tried = new SonoranClientOptions();
        Array.ForEach(All, option => option.SetValue(tried, option.GetValue(options)));
        // What there is to warn of, the client tells that is made to be used.
        tried.onWarning = static _ => { };
        var refused = new List<(string Name, string Words)>();
        while (Refusal(tried) is { } refusal)
        {
            // One of several entries, such as apiHeaders.x-a.
            var option = (refusal.ParamName ?? "").Split('.')[0];
            var isToldAgain = refused.Exists(told => told.Name == option);
            if (!isToldAgain)
            {
                refused.Add((option, Words(refusal)));
            }

            if (isToldAgain || !Forget(tried, option))
            {
                break;
            }
        }

        return refused;
    }

    private static ArgumentException? Refusal(SonoranClientOptions options)
    {
        try
        {
            // Nothing is sent until the first call.
            new SonoranClient(options).Dispose();
            return null;
        }
        catch (ArgumentException refused)
        {
            return refused;
        }
    }

    /// <summary>The message without the name that .NET sets behind it, with which it begins.</summary>
    private static string Words(ArgumentException refused)
    {
        var behind = $" (Parameter '{refused.ParamName}')";
        return refused.Message.EndsWith(behind, StringComparison.Ordinal) ? refused.Message[..^behind.Length] : refused.Message;
    }

    /// <summary>Makes an option one that is not refused; false where that can't be, or nothing could be said of the others.</summary>
    private static bool Forget(SonoranClientOptions options, string name)
    {
        switch (name)
        {
            case nameof(SonoranClientOptions.product):
                return false;
            case nameof(SonoranClientOptions.shareLimits):
                // Which say more of it.
                (options.shareLimitsFolder, options.shareLimitsFallback, options.shareLimitsMembers) = (null, null, null);
                break;
        }

        if (All.FirstOrDefault(property => property.Name == name) is not { } option)
        {
            // A variable of the environment.
            return false;
        }

        var isRequired = name.EndsWith("apiKey", StringComparison.OrdinalIgnoreCase) || name.EndsWith("communityId", StringComparison.OrdinalIgnoreCase);
        option.SetValue(options, isRequired ? "0" : null);
        return true;
    }
}
