using AuthServer.LoadTests.Commands;

return await Table.RunAsync(args);
