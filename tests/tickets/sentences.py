"""Tickets as people write them, and what should be proposed: (text, playbook or "", part of the selector)."""

RESET, QUEUE, LOOK, PORT = "reset-whiteboard", "clear-printer-queue", "classroom-check", "restart-switch-port"
PICTURE = "no-picture"

SENTENCES = [
    # German, from teachers
    ("Kein Bild in Raum B204", PICTURE, "kind=projector,whiteboard"),
    ("kein bild b204!!!", PICTURE, "room=B204"),
    ("Beamer in B204 zeigt kein Bild mehr", PICTURE, "kind=projector"),
    ("Das Whiteboard in Raum B 204 bleibt schwarz", PICTURE, "kind=whiteboard"),
    ("Smartboard reagiert nicht, Raum B204", RESET, "kind=whiteboard"),
    (
        "Tafel geht nicht an\nHallo, in B204 geht die digitale Tafel nicht mehr an. Bitte um Hilfe!",
        PICTURE,
        "kind=whiteboard",
    ),
    ("Der Beamer im Raum B-204 hat sich aufgehängt", RESET, "kind=projector"),
    ("Projektor (B204): kein Signal", PICTURE, "kind=projector"),
    ("B204 - Bildschirm ist dunkel", PICTURE, "room=B204"),
    ("Display in B204 eingefroren, Touch reagiert nicht", RESET, "kind=whiteboard"),
    ("Beamer springt nicht an, B204, bitte schnell, Prüfung um 10 Uhr", PICTURE, "kind=projector"),
    ("Ton geht nicht im B204", RESET, "room=B204"),
    # typing errors
    ("kien Bild in B204", PICTURE, "room=B204"),
    ("Beamr in B204 geht nich", RESET, "kind=projector"),
    ("Whitebord B204 funktionirt nicht", RESET, "kind=whiteboard"),
    ("Projecktor reagirt nicht Raum B204", RESET, "kind=projector"),
    ("Durcker in B204 druckt nciht", QUEUE, "kind=printer"),
    # spelled without umlauts, with accents, in capitals
    ("BEAMER IN B204 LAESST SICH NICHT EINSCHALTEN", PICTURE, "kind=projector"),
    ("Beamer in B204 lässt sich nicht einschalten", PICTURE, "kind=projector"),
    # printers
    ("Drucker druckt nicht (B204)", QUEUE, "kind=printer"),
    ("Der Drucker im Raum B204 druckt seit gestern nichts mehr", QUEUE, "kind=printer"),
    ("Druckauftrag hängt in der Warteschlange, Raum B204", QUEUE, "room=B204"),
    ("Wir können in B204 nicht drucken", QUEUE, "room=B204"),
    ("Klassendrucker B204 streikt", QUEUE, "kind=printer"),
    ("Mein Arbeitsblatt wurde nicht ausgedruckt, Drucker B204", QUEUE, "kind=printer"),
    # network
    ("Kein Netz in B204", LOOK, "room=B204"),
    ("Kein WLAN im Raum B204, iPads offline", LOOK, "room=B204"),
    ("In B204 geht das Internet nicht", LOOK, "room=B204"),
    ("W-LAN in B204 ausgefallen", LOOK, "room=B204"),
    ("Schüler kommen in B204 nicht ins Internet", LOOK, "room=B204"),
    ("In B204 geht gar nichts mehr", LOOK, "room=B204"),
    # English
    ("No picture in room B204", PICTURE, "room=B204"),
    ("Projector in B204 won't turn on", PICTURE, "kind=projector"),
    ("The whiteboard in B204 is frozen", RESET, "kind=whiteboard"),
    ("Black screen on the smartboard, room B204", PICTURE, "kind=whiteboard"),
    ("Printer in B204 is not printing", QUEUE, "kind=printer"),
    ("print jobs are stuck in B204", QUEUE, "room=B204"),
    ("No wifi in B204", LOOK, "room=B204"),
    ("Wi-Fi is down in B204", LOOK, "room=B204"),
    ("Internet not working in B204 since this morning", LOOK, "room=B204"),
    # iPads
    ("iPad in B204 hängt", LOOK, "kind=ipad"),
    ("Two tablets in B204 are not responding", LOOK, "kind=ipad"),
    # by device, and by site
    ("wb-b204 reagiert nicht", RESET, "name=wb-b204"),
    ("Kein Bild, Gerät bm-b204", PICTURE, "name=bm-b204"),
    ("Kein Bild in A101 am Bert-Brecht-Gymnasium", PICTURE, "site=bert-brecht room=A101"),
    ("Hallo,\n\nkein Bild in der Aula.\n\nViele Grüße\n-- \nRaum B204, Sekretariat", PICTURE, "room=Aula"),
    # negatives: nothing may be proposed
    ("Bitte neue Kreide für B204", "", ""),
    ("Beamer in B204 geht wieder, danke!", "", ""),
    ("Kein Bild in B204 hat sich erledigt", "", ""),
    ("Bild da, Ton da, alles gut in B204", "", ""),
    ("Passwort vergessen", "", ""),
    ("Kein Bild auf dem iPad in B204", "", ""),
    ("iPad in B204: Display gesprungen, Touch geht nicht", "", ""),
    ("Beamer aus B204 wurde gestohlen", "", ""),
    ("3D-Drucker in B204 druckt nicht", "", ""),
    ("Schlüssel für Raum B204 fehlt", "", ""),
    ("Bitte Bild vom Klassenfoto in B204 aufhängen", "", ""),
    ("Kein Bild in Raum Z999", "", ""),
    ("Kein Bild in A101", "", ""),
    ("Kein Bild", "", ""),
    ("Licht in B204 geht nicht", "", ""),
    ("> Kein Bild in B204\n\nWann kommt der Maler?", "", ""),
    ("Toilette B204 verstopft, Wasser läuft", "", ""),
]
